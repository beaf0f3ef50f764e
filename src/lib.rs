pub mod clock;
pub mod codebook;
pub mod domain;
pub mod ports;
pub mod render;
pub mod tls;
