#!/bin/bash
# Brings schemathesis, which a test lets loose on the JSON interface by its own description, below target/; needs Python 3 with venv and PyPI.
set -eu
cd "$(dirname "$0")/.."
python3 -m venv target/schemathesis
target/schemathesis/bin/pip install --quiet --disable-pip-version-check schemathesis==4.32.5
