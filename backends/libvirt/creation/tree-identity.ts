/**
 * What is written into a new system before its first start (sh -c SCRIPT sh TREE HOSTNAME, or - for none; on its standard input the hash of
 * root's password, or an empty line). It is run in the guest's own map of users, so that owners and rights are the guest's. Nothing of the tree is run, and
 * nothing is changed in it meanwhile: what is no link when it is looked at is none when it is written. Links are not followed, since they
 * lead through the host's files from here.
 *
 * Ends with 3 where there is no user root to whom a password could be given.
 */
export const identityScript = `
etc=$1/etc hostname=$2
newline='
'
IFS= read -r hash
plain() { [ -f "$1" ] && [ ! -L "$1" ]; }
absent() { [ ! -e "$1" ] && [ ! -L "$1" ]; }
if [ ! -d "$etc" ] || [ -L "$etc" ]; then
  [ -z "$hash" ] || exit 3
  exit 0
fi
umask 022
# hostname(5): what it had is that of the system that it was made from, or of the host that made it.
if [ "$hostname" != - ] && { plain "$etc/hostname" || absent "$etc/hostname"; }; then
  printf '%s\\n' "$hostname" >"$etc/hostname" || exit 1
fi
[ -n "$hash" ] || exit 0
plain "$etc/passwd" || exit 3
plain "$etc/shadow" || absent "$etc/shadow" || exit 3

# Gives the line of root in FILE another second field, and, where there is one, another third: $text is the file then.
text= found=
with_root() {
  text= found=
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
    root:*:*)
      rest=\${line#root:*:}
      [ -z "$3" ] || rest=$3:\${rest#*:}
      line=root:$2:$rest
      found=yes
      ;;
    esac
    text=$text$line$newline
  done <"$1"
}
with_root "$etc/passwd" x ''
[ -n "$found" ] || exit 3
users=$text
# The day of its last change, without which it would have to be changed at once (shadow(5)).
today=$(($(date +%s) / 86400))
if plain "$etc/shadow"; then
  with_root "$etc/shadow" "$hash" "$today"
else
  text= found=
fi
[ -n "$found" ] || text=$text"root:$hash:$today:0:99999:7:::"$newline
if absent "$etc/shadow"; then
  (umask 077 && : >"$etc/shadow") || exit 1
fi
printf %s "$text" >"$etc/shadow" && printf %s "$users" >"$etc/passwd" || exit 1
# Where root may log in, of old systems; libvirt's console has these names in a container (lxc_container.c).
plain "$etc/securetty" || exit 0
for each in console pts/0 tty1; do
  grep -qx "$each" "$etc/securetty" || printf '\\n%s\\n' "$each" >>"$etc/securetty" || exit 1
done
`;
