#!/bin/sh
# install.sh PYTHON VENV LOCK: makes the virtual environment VENV if it is not there, puts exactly the packages of LOCK into
# it, each checked by its hash, and then the project itself, which stays in this folder. A VENV that could not be completed is
# taken away again, so that the next try begins afresh.
set -eu
python=$1 venv=$2 lock=$3

whole=no
[ ! -e "$venv/.complete" ] || whole=yes
on_exit() {
    code=$?
    if [ "$code" -ne 0 ] && [ "$whole" = no ]; then
        rm -rf "$venv"
        echo "The set-up did not succeed; $venv was removed. Try again when the cause above is mended." >&2
    fi
    exit "$code"
}
trap on_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

[ -x "$venv/bin/pip" ] || "$python" -m venv "$venv"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
echo "Installing the packages of $lock into $venv ..."
"$venv/bin/python" -m pip install --quiet --require-hashes --no-compile -r "$lock"
"$venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation --no-compile -e .
touch "$venv/.complete"
