#!/bin/sh
# Prints "ok COMMAND" for the first Python that is new enough and can make a virtual environment, else "no REASON", in one
# line that says what to install. PYTHON=... names one to use instead of looking.

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
too_old=
bare=

for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    if ! "$python" -c "$new_enough" 2>/dev/null; then
        too_old=${too_old:-$version}
    elif ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
        bare=${bare:-$version}
    else
        echo "ok $python"
        exit 0
    fi
done

if [ -n "$bare" ]; then
    echo "no Python $bare cannot make virtual environments here: install its venv package (Debian, Ubuntu: sudo apt-get install python$bare-venv)"
elif [ -n "$too_old" ]; then
    echo "no Python 3.11 or later is needed and this is Python $too_old: install a newer one (Debian 12, Ubuntu 24.04: sudo apt-get install python3 python3-venv) or name one with PYTHON=..."
else
    echo "no Python 3.11 or later is needed and none was found: install it (Debian, Ubuntu: sudo apt-get install python3 python3-venv)"
fi
