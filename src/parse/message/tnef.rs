//! Outlook's `winmail.dat` (MS-OXTNEF): the text and the files inside it.

/// Files taken out of one container.
const FILES_MAX: usize = 100;
const SIGNATURE: [u8; 4] = [0x78, 0x9F, 0x3E, 0x22];
/// MS-OXTNEF, 2.1.3.3: the attributes that hold a mail's text, and a file's start, name and content.
const BODY: u32 = 0x0002_800C;
const FILE_BEGINS: u32 = 0x0006_9002;
const FILE_NAME: u32 = 0x0001_8010;
const FILE_CONTENT: u32 = 0x0006_800F;

/// The files with their names, the text among them; `None` where the bytes are no such container.
pub(super) fn files(bytes: &[u8]) -> Option<Vec<(Option<String>, Vec<u8>)>> {
    let mut rest = bytes.strip_prefix(&SIGNATURE)?.get(2..)?;
    let mut files: Vec<(Option<String>, Vec<u8>)> = Vec::new();
    while let Some((id, content, after)) = attribute(rest) {
        rest = after;
        match id {
            BODY => files.push((Some("message.txt".to_owned()), until_nul(content).to_vec())),
            FILE_BEGINS if files.len() < FILES_MAX => files.push((None, Vec::new())),
            FILE_NAME => {
                if let Some(file) = files.last_mut() {
                    file.0 = Some(encoding_rs::WINDOWS_1252.decode(until_nul(content)).0.into_owned());
                }
            }
            FILE_CONTENT => {
                if let Some(file) = files.last_mut() {
                    file.1 = content.to_vec();
                }
            }
            _ => {}
        }
    }
    files.retain(|(_, content)| !content.is_empty());
    Some(files)
}

/// One attribute: a level, an id, a length, the content, and a checksum that nobody needs.
fn attribute(bytes: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let number = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
    let (id, length) = (number(1)?, usize::try_from(number(5)?).ok()?);
    let end = 9_usize.checked_add(length)?;
    Some((id, bytes.get(9..end)?, bytes.get(end + 2..).unwrap_or_default()))
}

fn until_nul(content: &[u8]) -> &[u8] {
    content.split(|byte| *byte == 0).next().unwrap_or_default()
}
