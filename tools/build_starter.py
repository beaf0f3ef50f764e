#!/usr/bin/env python3
"""Builds config/starter/{icd10cm,hcpcs,modifiers}.txt.gz from the published files.

usage: tools/build_starter.py DATA_DIR

DATA_DIR holds the publishers' files under these names (docs/STARTER.md says where each comes from):
  icd10cm/icd-10-cm-tabular (FY2026, April 1 2026 update, XML, gz)   icd10cm/icd10cm_order_2025.txt.gz
  icd10cm/icd10cm_codes_2026*.txt.gz (which FY2026 codes are billable)
  icd10cm/icd-10-cm-conversion-table-FY2025*.tsv   hcpcs/HCPC2025_JAN_ANWEB_*.txt.gz
The output is plain text, a record a line, tab-separated, sorted by code, gzip without a time stamp, so that
the same input gives the same bytes. CDT codes (D....) are left out: their text belongs to the ADA.
"""
import collections, csv, glob, gzip, io, os, re, sys, unicodedata
import xml.etree.ElementTree as ET

DATA = sys.argv[1]
OUT = os.path.join(os.path.dirname(__file__), '..', 'config', 'starter')
TAGS = {'inclusionTerm': 'i', 'includes': 'n', 'excludes1': '1', 'excludes2': '2', 'codeFirst': 'f', 'useAdditionalCode': 'u', 'codeAlso': 'a'}


def find(pattern):
    hits = sorted(glob.glob(os.path.join(DATA, pattern)))
    if not hits:
        sys.exit(f'missing: {pattern} under {DATA}')
    return hits[-1]


def read(pattern, encoding='utf-8'):
    path = find(pattern)
    raw = gzip.open(path).read() if path.endswith('.gz') else open(path, 'rb').read()
    return raw.decode(encoding)


def clean(text):
    return re.sub(r'\s+', ' ', text or '').strip()


def ascii_fold(text):
    return unicodedata.normalize('NFKD', text.replace('’', "'").replace('–', '-').replace('—', '-')).encode('ascii', 'ignore').decode()


def write(name, lines):
    data = ('\n'.join(lines) + '\n').encode()
    with open(os.path.join(OUT, name), 'wb') as f, gzip.GzipFile(filename='', mode='wb', fileobj=f, mtime=0, compresslevel=9) as z:
        z.write(data)
    print(f'{name}: {len(lines)} records, {len(data)} bytes of text, {os.path.getsize(os.path.join(OUT, name))} packed')


def notes_of(element):
    out = []
    for tag, mark in TAGS.items():
        for block in element.findall(tag):
            out += [mark + clean(ascii_fold(''.join(n.itertext()))) for n in block.findall('note')]
    for block in element.findall('sevenChrDef'):
        out.append('7' + '|'.join(f"{e.get('char')}={clean(ascii_fold(e.text or ''))}" for e in block.findall('extension')))
    return out


def icd10cm():
    order, billable25 = {}, set()
    for line in read('icd10cm/icd10cm_order_2025.txt*', 'ascii').splitlines():
        code, flag, title = line[6:13].strip(), line[14], line[77:].strip()
        order[code] = title
        if flag == '1':
            billable25.add(code)
    titles26 = {l[:7].strip(): l[8:].strip() for l in read('icd10cm/icd10cm_codes_2026*').splitlines() if l.strip()}
    billable26 = set(titles26)
    effective, successors, ended = {}, collections.defaultdict(set), {}
    for row in csv.reader(io.StringIO(read('icd10cm/icd-10-cm-conversion-table-FY2025*')), delimiter='\t'):
        if len(row) < 3 or not re.match(r'^[A-Z]\d', row[0].strip()):
            continue
        new, when = row[0].strip().replace('.', ''), row[1].strip()
        m = re.match(r'^(\d\d)/(\d\d)/(\d\d)$', when)
        day = f'20{m[3]}{m[1]}{m[2]}' if m else f'{int(when)}1001'
        effective[new] = day
        for old in re.findall(r'[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?', row[2]):
            old = old.replace('.', '')
            if old != new:
                successors[old].add(new)
                ended[old] = max(ended.get(old, ''), day)
    root = ET.fromstring(read('icd10cm/icd10c-tabular-April-1-2026.xml*'))
    nodes, heads = {}, []
    for chapter in root.findall('chapter'):
        name, desc = chapter.findtext('name'), clean(ascii_fold(chapter.findtext('desc')))
        sections = [(s.get('id'), clean(ascii_fold(s.findtext('desc'))), notes_of(s)) for s in chapter.findall('section')]
        span = re.search(r'\(([A-Z0-9]{3})-([A-Z0-9]{3})\)', desc)
        heads.append(('CHAPTER', name, f'{span[1]}-{span[2]}', re.sub(r' \([^)]*\)$', '', desc), notes_of(chapter)))
        heads += [('SECTION', name, i if '-' in i else f'{i}-{i}', re.sub(r' \([^)]*\)$', '', d), n) for i, d, n in sections]
        for diag in chapter.iter('diag'):
            nodes[diag.findtext('name').replace('.', '')] = (clean(ascii_fold(diag.findtext('desc'))), notes_of(diag))
    extensions = collections.defaultdict(dict)
    for year, codes in ((25, billable25), (26, billable26)):
        for code in codes:
            if len(code) == 7 and code not in nodes:
                base = code[:6]
                while base not in nodes:
                    if not base.endswith('X'):
                        sys.exit(f'no tabular entry above {code}')
                    base = base[:-1]
                extensions[base].setdefault(year, set()).add(code[6])
    lines = [f'{kind}\t{chapter}\t{span}\t{title}\t' + '\t'.join(notes) for kind, chapter, span, title, notes in heads]
    leaf7 = {b.ljust(6, 'X') + x for b, y in extensions.items() for s in y.values() for x in s}
    all_codes = set(nodes) | {c for c in order if c not in leaf7}
    differing = 0
    for code in sorted(all_codes):
        title, notes = nodes.get(code, ('', []))
        title = titles26.get(code) or order.get(code, title)
        state = ''.join('1' if code in b else ('0' if code in known else '-') for b, known in ((billable25, order), (billable26, nodes)))
        ext = extensions.get(code, {})
        e25, e26 = (''.join(sorted(ext.get(y, ''))) for y in (25, 26))
        ext_text = e26 if e25 == e26 else f'{e25}/{e26}'
        day = effective.get(code, '')
        if not day and state[0] == '-':
            day = '20251001'
        if not day and ext and not e25:
            day = '20251001'
        if not day and ext:
            days = {effective.get(code.ljust(6, 'X') + x, '') for x in e26}
            day = days.pop() if len(days) == 1 else ''
        lines.append('\t'.join([code, state, day, ext_text, title, *notes]))
        differing += e25 != e26
    # Codes that were billable once and are not in FY2026: the day after their last, and what took their place.
    former = sorted(c for c in ended if c not in billable26)
    for code in former:
        lines.append('\t'.join(['FORMER', code, ended[code], ' '.join(sorted(successors[code]))]))
    # Proof that "title, seventh-character meaning" is the published long title.
    wrong = 0
    for base, years in extensions.items():
        meanings = {}
        for n in range(3, len(base) + 1):
            for note in nodes.get(base[:n], ('', []))[1]:
                if note[0] == '7':
                    meanings = dict(p.split('=', 1) for p in note[1:].split('|'))
        for x in years.get(25, ()):
            made = f"{order.get(base, nodes[base][0])}, {meanings.get(x, '?')}"
            if made.lower() != order[base.ljust(6, 'X') + x].lower():
                wrong += 1
                if wrong < 12:
                    print('title differs:', base, x, '|', made, '|', order[base.ljust(6, 'X') + x])
    print(f'icd10cm: {len(nodes)} tabular entries, {len(billable25)} billable FY2025, {len(billable26)} FY2026, {len(former)} former, {differing} with changed seventh characters, {wrong} titles differ')
    made26 = {c for c in all_codes if c in billable26} | {b.ljust(6, 'X') + x for b, y in extensions.items() for x in y.get(26, ())}
    assert made26 == billable26, len(made26 ^ billable26)
    write('icd10cm.txt.gz', lines)


def hcpcs():
    codes, mods = {}, {}
    for line in read('hcpcs/HCPC2025_JAN_ANWEB_*.txt*', 'latin-1').splitlines():
        if len(line) < 91 or line[10] not in '3478':
            continue
        kind, text = line[10], line[11:91].strip()
        store = codes if kind in '34' else mods
        code = line[:5].strip()
        if kind in '37':
            store[code] = dict(text=[text], short=line[91:119].strip(), coverage=line[229:230].strip(), added=line[268:276].strip(), effective=line[276:284].strip(), ended=line[284:292].strip(), refs=line[204:229].split())
        else:
            store[code]['text'].append(text)
    rows = []
    for code, r in sorted(codes.items()):
        if code.startswith('D'):
            continue
        rows.append('\t'.join([code, r['added'], r['ended'], r['coverage'], ' '.join(r['refs']), clean(' '.join(r['text']))]))
    write('hcpcs.txt.gz', rows)
    write('modifiers.txt.gz', ['\t'.join([c, r['added'], r['ended'], clean(' '.join(r['text']))]) for c, r in sorted(mods.items())])


icd10cm()
hcpcs()
