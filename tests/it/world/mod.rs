//! The world around the program, as tests need it: real servers on loopback.

pub mod postgres;
