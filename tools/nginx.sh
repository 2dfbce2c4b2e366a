#!/bin/sh
# See to it that nginx is there for the tests; where it may not be installed they are left out.
PATH="$PATH:/usr/sbin:/usr/local/sbin"
command -v nginx > /dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    echo "Installing nginx for the tests …" >&2
    apt-get --quiet=2 update > /dev/null 2>&1
    DEBIAN_FRONTEND=noninteractive apt-get --quiet=2 install --yes --no-install-recommends \
        nginx-light > /dev/null 2>&1
fi
command -v nginx > /dev/null ||
    echo "nginx was not found (Debian: apt-get install nginx-light); its tests are left out." >&2
exit 0
