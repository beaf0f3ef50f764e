//! Files as senders make them, and as attackers do.

use std::io::Write as _;

use zip::write::SimpleFileOptions;

/// A ZIP container with the parts named.
pub fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(*name, SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated)).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

pub fn docx(paragraphs: &[&str]) -> Vec<u8> {
    let body: String = paragraphs.iter().map(|text| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")).collect();
    let xml = format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
    );
    packed(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", xml.as_bytes())])
}

pub fn xlsx(rows: &[&[&str]]) -> Vec<u8> {
    let rows: String = rows
        .iter()
        .map(|row| {
            let cells: String = row.iter().map(|cell| format!("<c t=\"inlineStr\"><is><t>{cell}</t></is></c>")).collect();
            format!("<row>{cells}</row>")
        })
        .collect();
    xlsx_of(&rows)
}

fn xlsx_of(rows: &str) -> Vec<u8> {
    let sheet = format!(
        "<?xml version=\"1.0\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
    );
    packed(&[
        ("[Content_Types].xml", b"<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
        ("_rels/.rels", b"<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
        ("xl/workbook.xml", b"<?xml version=\"1.0\"?><workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Lines\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", b"<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

/// A one-page PDF with this content stream.
pub fn pdf(stream: &[u8], filter: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    let mut object = |file: &mut Vec<u8>, body: &[u8]| {
        offsets.push(file.len());
        file.extend_from_slice(format!("{} 0 obj\n", offsets.len()).as_bytes());
        file.extend_from_slice(body);
        file.extend_from_slice(b"\nendobj\n");
    };
    object(&mut file, b"<< /Type /Catalog /Pages 2 0 R >>");
    object(&mut file, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    object(
        &mut file,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    );
    let mut content = format!("<< /Length {} {filter} >>\nstream\n", stream.len()).into_bytes();
    content.extend_from_slice(stream);
    content.extend_from_slice(b"\nendstream");
    object(&mut file, &content);
    object(&mut file, b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
    let start = file.len();
    file.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1).as_bytes());
    for offset in &offsets {
        file.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    file.extend_from_slice(
        format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", offsets.len() + 1).as_bytes(),
    );
    file
}

pub fn pdf_saying(lines: &[&str]) -> Vec<u8> {
    let shown: String = lines.iter().map(|line| format!("({line}) Tj 0 -14 Td\n")).collect();
    pdf(format!("BT /F1 12 Tf 72 720 Td\n{shown}ET").as_bytes(), "")
}

/// A PDF whose page unpacks to `mebibytes` of blanks.
pub fn pdf_bomb(mebibytes: usize) -> Vec<u8> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let block = vec![b' '; 1024 * 1024];
    for _ in 0..mebibytes {
        packer.write_all(&block).unwrap();
    }
    pdf(&packer.finish().unwrap(), "/Filter /FlateDecode")
}

/// A remittance: one line paid, one denied as bundled, for a patient with a name, numbers and a birthday.
pub const REMITTANCE: &str = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *250301*1200*^*00501*000000001*0*P*:~GS*HP*PAYER*CLINIC*20250301*1200*1*X*005010X221A1~ST*835*0001~BPR*I*80*C*ACH~TRN*1*12345678*1999999999~N1*PR*SAMPLE PAYER~N1*PE*LAKESIDE CLINIC*XX*1234567893~LX*1~CLP*PATACCT99812*1*250*80*20*12*88112233445566*11~NM1*QC*1*VOSSBERG*HENRIETTA*M***MI*XQK882930114~DMG*D8*19491107*F~DTM*232*20250212~SVC*HC:99213:25*150*80**1~DTM*472*20250212~CAS*CO*45*50~CAS*PR*2*20~SVC*HC:20610:RT*100*0**1~DTM*472*20250212~CAS*CO*97*100~LQ*HE*N20~SE*20*0001~GE*1*1~IEA*1*000000001~";

pub const CLAIM: &str = "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *250301*1200*^*00501*000000002*0*P*:~GS*HC*CLINIC*PAYER*20250301*1200*1*X*005010X222A1~ST*837*0001*005010X222A1~NM1*IL*1*VOSSBERG*HENRIETTA****MI*XQK882930114~N3*221 BIRCH HOLLOW RD~N4*DULUTH*MN*55802~DMG*D8*19491107*F~CLM*PATACCT99812*250***11:B:1*Y*A*Y*Y~HI*ABK:M1711*ABF:E1122~LX*1~SV1*HC:99213:25*150*UN*1***1~DTP*472*D8*20250212~LX*2~SV1*HC:J3301*40*UN*8***1:2~SE*14*0001~GE*1*1~IEA*1*000000002~";

pub const ACKNOWLEDGEMENT: &str = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *250301*1200*^*00501*000000003*0*P*:~GS*FA*PAYER*CLINIC*20250301*1200*1*X*005010X231A1~ST*999*0001~AK1*HC*1~AK2*837*0001~IK3*SV1*14*2400*8~IK4*2*782*I12~IK5*R*5~AK9*R*1*1*0~SE*8*0001~GE*1*1~IEA*1*000000003~";

pub const CLAIM_STATUS: &str = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *250301*1200*^*00501*000000004*0*P*:~GS*HN*PAYER*CLINIC*20250301*1200*1*X*005010X214~ST*277*0001~NM1*QC*1*VOSSBERG*HENRIETTA****MI*XQK882930114~TRN*2*PATACCT99812~STC*A7:562:85*20250301*U*250~DTP*472*D8*20250212~SVC*HC:99213*150~SE*8*0001~GE*1*1~IEA*1*000000004~";
