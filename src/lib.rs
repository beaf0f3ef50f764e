pub mod cli;
pub mod clock;
pub mod codebook;
pub mod domain;
pub mod parse;
pub mod ports;
pub mod render;
pub mod tls;
