#!/usr/bin/env python3
"""Holds every line of config/starter/ncci.toml against the published files it is taken from.

usage: tools/check_starter.py NCCI_DIR    (holds ccipra-*/ccioph-* pair edits, gz or not, and MCR_MUE_* csv of the edition named)
Prints what differs; exit 1 when anything does. It checks both what is said and what is said to be absent.
"""
import csv, glob, gzip, os, sys, tomllib

FOLDER = sys.argv[1]
HERE = os.path.dirname(os.path.abspath(__file__))
starter = tomllib.load(open(os.path.join(HERE, '..', 'config', 'starter', 'ncci.toml'), 'rb'))
wrong = []


def rows(stem):
    for path in sorted(glob.glob(os.path.join(FOLDER, stem + '*'))):
        opened = gzip.open(path, 'rt', encoding='latin-1') if path.endswith('.gz') else open(path, encoding='latin-1')
        with opened as lines:
            for line in lines:
                cells = line.rstrip('\r\n').split('\t')
                if len(cells) >= 7 and len(cells[0]) == 5:
                    yield cells


for setting, stem in (('practitioner', 'ccipra-'), ('hospital', 'ccioph-')):
    held = starter['pair_edits'][setting]
    pairs = {frozenset((e['column1'], e['column2'])) for e in held['edits']} | {frozenset(p) for p in held['absent']}
    published = {(c[0], c[1], c[4], int(c[5]), c[6]) for c in rows(stem) if frozenset(c[:2]) in pairs}
    said = {(e['column1'], e['column2'], e['deleted'].strftime('%Y%m%d') if 'deleted' in e else '*', e['indicator'], e['rationale']) for e in held['edits']}
    wrong += [f'{setting}: published and not held: {r}' for r in sorted(published - said)]
    wrong += [f'{setting}: held and not published: {r}' for r in sorted(said - published)]
    print(f'{setting}: {len(said)} rows of {len(pairs)} pairs, {len(held["absent"])} of them absent')

for setting, stem in (('practitioner', 'Practitioner'), ('hospital', 'OutpatientHospital'), ('dme', 'DMESupplier')):
    published = {}
    for path in glob.glob(os.path.join(FOLDER, f'MCR_MUE_{stem}Services_*')):
        for row in csv.reader(open(path, encoding='utf-8')):
            if len(row) > 3 and row[1].strip().isdigit():
                published[row[0].strip()] = (int(row[1]), int(row[2].strip()[0]), row[3].strip())
    held = starter['unit_limits'][setting]['limits']
    wrong += [f"{setting}: {l['code']} is {published.get(l['code'])}" for l in held if published.get(l['code']) != (l['units'], l['mai'], l['rationale'])]
    print(f'{setting}: {len(held)} limits')

for line in wrong:
    print(line)
print(f'{len(wrong)} differences')
sys.exit(bool(wrong))
