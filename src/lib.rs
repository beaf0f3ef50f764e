pub mod clock;
pub mod domain;
pub mod ports;
pub mod tls;
