//! Exact decimals: relative values, indices, money. Never a float.

use std::fmt;

use serde::{Serialize, Serializer};

/// A number of `10^-places`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Amount {
    value: i64,
    places: u8,
}

impl Amount {
    pub const fn new(value: i64, places: u8) -> Self {
        Self { value, places }
    }

    /// An amount of money in cents.
    pub const fn cents(value: i64) -> Self {
        Self::new(value, 2)
    }

    pub const fn is_zero(self) -> bool {
        self.value == 0
    }

    /// The same amount in units of `10^-places`, halves rounded away from zero.
    pub fn in_units(self, places: u8) -> i64 {
        if places >= self.places {
            let factor = i128::from(10_i64.pow(u32::from(places - self.places)));
            return i64::try_from(i128::from(self.value) * factor).unwrap_or(i64::MAX);
        }
        let divisor = 10_i64.pow(u32::from(self.places - places));
        let half = if self.value < 0 { -divisor / 2 } else { divisor / 2 };
        (self.value + half) / divisor
    }

    /// Rounded to whole cents.
    #[must_use]
    pub fn to_cents(self) -> Self {
        Self::cents(self.in_units(2))
    }

    #[must_use]
    pub fn times(self, other: Self) -> Self {
        let product = i128::from(self.value) * i128::from(other.value);
        Self { value: i64::try_from(product).unwrap_or(i64::MAX), places: self.places + other.places }
    }

    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let places = self.places.max(other.places);
        Self { value: self.in_units(places).saturating_add(other.in_units(places)), places }
    }

    #[must_use]
    pub fn least(self, other: Self) -> Self {
        let places = self.places.max(other.places);
        if self.in_units(places) <= other.in_units(places) { self } else { other }
    }
}

/// With at least two decimals, and as many as it has beyond zeros: `0.05`, `128.87`, `134.194`, `32.3465`.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut places = self.places;
        let mut value = self.value;
        while places > 2 && value % 10 == 0 {
            value /= 10;
            places -= 1;
        }
        if places < 2 {
            value *= 10_i64.pow(u32::from(2 - places));
            places = 2;
        }
        let scale = 10_u64.pow(u32::from(places));
        let sign = if value < 0 { "-" } else { "" };
        let (whole, part) = (value.unsigned_abs() / scale, value.unsigned_abs() % scale);
        write!(f, "{sign}{whole}.{part:0width$}", width = usize::from(places))
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
