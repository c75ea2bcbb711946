#!/bin/sh
# Makes what nodes and administrators of a cluster are known by: certificates.sh FOLDER NODE…
#
#   ca.pem, ca.key        the authority of this cluster. Whoever has the key can make nodes: keep it elsewhere.
#   NODE.pem, NODE.key    of a node, for the names and addresses that it is reached by: node1, or node1=10.0.0.1
#   admin.pem, admin.key  of who may do everything: there is no administrator's password
#
# What is there already stays: to renew a certificate delete it and run this again. Only the owner may open the folder;
# its files may be read by anybody, since the users of the containers that they are mounted into are others.
set -eu

folder=${1:?usage: certificates.sh FOLDER NODE…}
shift
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"

quietly() { openssl "$@" 2>openssl.log || { cat openssl.log >&2; exit 1; }; }

key() {
    quietly genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"
    chmod 644 "$1.key"
}

# sign NAME DAYS EXTENSIONS
sign() {
    # Before anything is made: a new key without its certificate would stop the node that has it.
    [ -r ca.key ] || { echo "ca.key is not in $folder: bring it back while certificates are made" >&2; exit 1; }
    key "$1"
    printf '%s\n' "$3" >extensions.txt
    quietly req -new -key "$1.key" -subj "/O=timtin/CN=$1" -out request.pem
    quietly x509 -req -in request.pem -CA ca.pem -CAkey ca.key -days "$2" -sha256 -extfile extensions.txt -out "$1.pem"
    rm request.pem extensions.txt
    echo "made $1.pem for $2 days"
}

umask 022
if [ ! -e ca.pem ]; then
    key ca
    chmod 600 ca.key
    quietly req -x509 -new -key ca.key -days 3650 -sha256 -subj "/O=timtin/CN=authority of the cluster" \
        -addext basicConstraints=critical,CA:true -addext keyUsage=critical,keyCertSign,cRLSign -out ca.pem
    echo 'made ca.pem for 3650 days'
fi
for node in "$@"; do
    name=${node%%=*}
    [ -e "$name.pem" ] && continue
    names="DNS:$name,DNS:localhost,IP:127.0.0.1"
    for address in $(printf %s "${node#"$name"}" | tr =, '  '); do
        case $address in
            *[!0-9.]*) names="$names,DNS:$address" ;;
            *) names="$names,IP:$address" ;;
        esac
    done
    sign "$name" 825 "basicConstraints=critical,CA:false
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth,clientAuth
subjectAltName=$names"
done
if [ ! -e admin.pem ]; then
    sign admin 825 'basicConstraints=critical,CA:false
keyUsage=critical,digitalSignature
extendedKeyUsage=clientAuth'
fi
rm -f openssl.log ca.srl
