//! Word lists that tell names from a coder's vocabulary; docs/STANDARDS.md names their sources.

use std::io::Read as _;
use std::sync::LazyLock;

const VOCABULARY_GZ: &[u8] = include_bytes!("../../../config/words/vocabulary.txt.gz");
const GIVEN_GZ: &[u8] = include_bytes!("../../../config/words/given.txt.gz");
const FAMILY_GZ: &[u8] = include_bytes!("../../../config/words/family.txt.gz");

/// Sorted words in small letters without accents, one a line.
struct Lines(Vec<u8>);

static VOCABULARY: LazyLock<Lines> = LazyLock::new(|| Lines::unpacked(VOCABULARY_GZ));
static GIVEN: LazyLock<Lines> = LazyLock::new(|| Lines::unpacked(GIVEN_GZ));
static FAMILY: LazyLock<Lines> = LazyLock::new(|| Lines::unpacked(FAMILY_GZ));

impl Lines {
    fn unpacked(packed: &[u8]) -> Self {
        let mut lines = Vec::new();
        // Embedded at build time: what can't be unpacked would show in every test.
        let _ = flate2::read::GzDecoder::new(packed).read_to_end(&mut lines);
        Self(lines)
    }

    /// A search by halves over the bytes, since an index of the lines would cost each start of the program.
    fn holds(&self, word: &str) -> bool {
        let bytes = self.0.as_slice();
        let (mut low, mut high) = (0, bytes.len());
        while low < high {
            let middle = low.midpoint(high);
            let start = bytes
                .get(low..middle)
                .and_then(|head| head.iter().rposition(|byte| *byte == b'\n'))
                .map_or(low, |at| low + at + 1);
            let rest = bytes.get(start..).unwrap_or_default();
            let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
            match line.cmp(word.as_bytes()) {
                std::cmp::Ordering::Equal => return !word.is_empty(),
                std::cmp::Ordering::Less => low = start + line.len() + 1,
                std::cmp::Ordering::Greater => high = start,
            }
        }
        false
    }
}

/// A word of English or of medicine, which no rare surname changes.
pub(super) fn is_vocabulary(folded: &str) -> bool {
    VOCABULARY.holds(folded) || folded.strip_suffix('s').is_some_and(|single| single.len() > 3 && VOCABULARY.holds(single))
}

pub(super) fn is_listed_given(folded: &str) -> bool {
    GIVEN.holds(folded)
}

pub(super) fn is_listed_family(folded: &str) -> bool {
    FAMILY.holds(folded)
}

/// Small letters without accents, as the lists have them: `Yılmaz` is `yilmaz`, `Ñáñez` is `nanez`.
pub(super) fn folded(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        match c {
            'à'..='å' | 'ā' | 'ă' | 'ą' | 'ấ' | 'ầ' | 'ẩ' | 'ẫ' | 'ậ' | 'ắ' | 'ằ' | 'ẳ' | 'ẵ' | 'ặ' | 'ạ' | 'ả' =>
            {
                plain.push('a');
            }
            'æ' => plain.push_str("ae"),
            'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => plain.push('c'),
            'ď' | 'đ' | 'ð' => plain.push('d'),
            'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ế' | 'ề' | 'ể' | 'ễ' | 'ệ' | 'ẹ' | 'ẻ' | 'ẽ' => {
                plain.push('e');
            }
            'ğ' | 'ģ' | 'ĝ' => plain.push('g'),
            'ì'..='ï' | 'ī' | 'į' | 'ı' | 'ĩ' | 'ị' | 'ỉ' => plain.push('i'),
            'ķ' => plain.push('k'),
            'ł' | 'ľ' | 'ļ' | 'ĺ' => plain.push('l'),
            'ñ' | 'ń' | 'ň' | 'ņ' => plain.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ő' | 'ơ' | 'ố' | 'ồ' | 'ổ' | 'ỗ' | 'ộ' | 'ớ' | 'ờ' | 'ở' | 'ỡ' | 'ợ' | 'ọ' | 'ỏ' =>
            {
                plain.push('o');
            }
            'œ' => plain.push_str("oe"),
            'ř' | 'ŕ' => plain.push('r'),
            'ś' | 'š' | 'ş' | 'ș' => plain.push('s'),
            'ß' => plain.push_str("ss"),
            'ť' | 'ţ' | 'ț' => plain.push('t'),
            'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ų' | 'ư' | 'ứ' | 'ừ' | 'ử' | 'ữ' | 'ự' | 'ụ' | 'ủ' | 'ũ' => {
                plain.push('u');
            }
            'ý' | 'ÿ' | 'ỳ' | 'ỵ' | 'ỷ' | 'ỹ' => plain.push('y'),
            'ź' | 'ż' | 'ž' => plain.push('z'),
            '’' => plain.push('\''),
            '\u{300}'..='\u{36f}' => {}
            _ => plain.push(c),
        }
    }
    plain
}
