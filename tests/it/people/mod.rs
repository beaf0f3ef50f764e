//! Who writes, and what happens.
