/**
 * Puts an image of layers together where it was unpacked (sh -c SCRIPT sh TREE): what docker save, podman save and skopeo write, with a
 * manifest.json, or the OCI's image layout (image-spec: image-layout.md, layer.md). It is run in the guest's own map of users, and nothing of
 * the tree is run. The layers are laid one over the other by tar; what one takes away from those below it, by names that begin with .wh., goes
 * before it is laid. Nothing is removed through a link, since that would lead through the host's files from here.
 *
 * JSON is read without a program for it, which no host need have: blanks go, and what is looked for are names of files. Ends with 3 where that
 * is not enough, or where there is not one image in it but several.
 */
export const layersScript = `
tree=$(readlink -f "$1") || exit 1
image=$tree/.image
plain() { [ "$(readlink -f "$1")" = "$1" ] && [ -f "$1" ]; }
flat() { tr -d ' \\t\\r\\n' <"$1"; }
mkdir "$image" && find "$tree" -mindepth 1 -maxdepth 1 ! -name .image -exec mv -t "$image" {} + || exit 1
if plain "$image/manifest.json"; then
  found=$(flat "$image/manifest.json" | grep -o '"Layers":\\[[^]]*\\]')
  layers=$(printf %s "$found" | sed 's/^"Layers":\\[//; s/\\]$//' | tr ',' '\\n' | tr -d '"')
else
  plain "$image/index.json" || exit 3
  found=$(flat "$image/index.json" | grep -o '"digest":"sha256:[0-9a-f]*"' | tr -d '"' | cut -d : -f 3)
  case $found in '' | *[!0-9a-f]*) exit 3 ;; esac
  plain "$image/blobs/sha256/$found" || exit 3
  found=$(flat "$image/blobs/sha256/$found" | grep -o '"layers":\\[[^]]*\\]')
  layers=$(printf %s "$found" | grep -o '"digest":"sha256:[0-9a-f]*"' | tr -d '"' | sed 's,^digest:sha256:,blobs/sha256/,')
fi
case $found in '' | *'
'*) exit 3 ;; esac
[ -n "$layers" ] || exit 3
for layer in $layers; do
  file=$image/$layer
  # Older archives have links where two layers are the same.
  [ ! -L "$file" ] || file=$(readlink -f "$file")
  case $file in "$image"/*) ;; *) exit 3 ;; esac
  plain "$file" || exit 3
  case $layer in
  blobs/sha256/*) [ "$(sha256sum <"$file" | cut -c 1-64)" = "$(basename "$layer")" ] || { echo "A layer is damaged: $layer" >&2; exit 1; } ;;
  esac
  names=$(tar --quoting-style=literal -tf "$file") || exit 1
  names=$(printf '%s\\n' "$names" | sed 's,^\\./,,')
  # Where a file comes in the place of a folder, tar would leave the folder.
  printf '%s\\n' "$names" | grep -v '/$' | while IFS= read -r name; do
    if [ -n "$name" ] && [ -d "$tree/$name" ] && [ "$(readlink -f "$tree/$name")" = "$tree/$name" ]; then rm -rf "$tree/$name" || exit 1; fi
  done || exit 1
  printf '%s\\n' "$names" | grep -E '(^|/)\\.wh\\.' | while IFS= read -r name; do
    folder=$(dirname "$name")
    [ "$folder" = . ] && at=$tree || at=$tree/$folder
    [ "$(readlink -f "$at")" = "$at" ] || continue
    gone=$(basename "$name" | cut -c 5-)
    case $gone in
    .wh..opq) [ ! -d "$at" ] || find "$at" -xdev -mindepth 1 -maxdepth 1 ! -path "$image" -exec rm -rf {} + ;;
    '' | . | .. | .image | .wh.*) ;;
    *) rm -rf "$at/$gone" ;;
    esac || exit 1
  done || exit 1
  tar -xpf "$file" -C "$tree" --numeric-owner --xattrs --xattrs-include=security.capability \\
    --exclude='.wh.*' --anchored --exclude='./dev/*' --exclude='dev/*' --exclude='./.image' --exclude='.image' || exit 1
done
rm -rf "$image"
`;
