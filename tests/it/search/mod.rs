//! Search: kinds of queries over a few invented and public records, the word tables, and the figures on the whole codebook.

mod figures;
mod kinds;
mod tables;
