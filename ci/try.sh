#!/usr/bin/env bash
# Run what CI runs, the very commands of action.yml, gitlab.yml and .pre-commit-hooks.yaml, and of
# what `xgen init` writes for each of them, in a scratch repository: they pass on a clean one and fail, naming the files, on one that has drifted.
#
#     ci/try.sh [PYTHON]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=$(command -v "${1:-python3}")
case $python in /*) ;; *) python=$PWD/$python ;; esac
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/bin" "$scratch/work"
# `xgen` on PATH is that of this checkout.
printf '#!/bin/sh\nPYTHONPATH=%q exec %q -m xgen "$@"\n' "$(dirname "$here")" "$python" > "$scratch/bin/xgen"
chmod +x "$scratch/bin/xgen"
export PATH="$scratch/bin:$PATH" XGEN_CACHE_DIR="$scratch/cache" CI_PROJECT_DIR="$scratch"
export XGEN_FOLDER="$scratch/work" MODELS="*.xproto"

# commands FILE: the shell commands of a CI file, one script each, in the order in which they run.
commands() {
  "$python" - "$1" <<'PYTHON'
import sys
import yaml

with open(sys.argv[1], encoding="utf-8") as file:
    data = yaml.safe_load(file)
if isinstance(data, list):
    scripts = [hook["entry"] + " " * (hook["id"] == "xgen-lint") for hook in data]
    scripts = [s + "*.xproto" if s.endswith(" ") else s for s in scripts if s != "xgen generate"]
elif "repos" in data:
    scripts = [hook["entry"] for repo in data["repos"] for hook in repo["hooks"]]
elif "jobs" in data:
    steps = [step for job in data["jobs"].values() for step in job["steps"] if "run" in step]
    scripts = [step["run"] for step in steps if "pip install" not in step["run"]]
elif "runs" in data:
    scripts = [step["run"] for step in data["runs"]["steps"] if "pip install" not in step["run"]]
else:
    scripts = ["\n".join(line for line in data["xgen"]["script"] if "pip install" not in line)]
print("\0".join(scripts), end="\0")
PYTHON
}

# passes FILE: run all that it says; the code is that of the first command that fails.
passes() {
  local script code=0
  while IFS= read -r -d '' script; do
    (cd "$scratch/work" && bash -c "set -e; $script") >> "$scratch/said" 2>&1 || code=$?
    [ "$code" -eq 0 ] || return "$code"
  done < <(commands "$1")
}

expect() {
  local wanted=$1 file=$2 code=0
  : > "$scratch/said"
  passes "$file" || code=$?
  if [ "$code" -ne "$wanted" ]; then
    echo "$file: exit code $code, expected $wanted" >&2
    cat "$scratch/said" >&2
    exit 1
  fi
  echo "ok: ${file#"$scratch/"} exits $code $3"
}

files=(
  "$here/action.yml" "$here/gitlab.yml" "$here/../.pre-commit-hooks.yaml"
  "$scratch/work/.github/workflows/xgen.yml" "$scratch/gitlab/.gitlab/xgen.yml"
  "$scratch/work/.pre-commit-config.yaml"
)
mkdir "$scratch/gitlab"
(cd "$scratch/gitlab" && xgen init --starter shop --ci gitlab > /dev/null)
cd "$scratch/work"
git init --quiet .
xgen init --starter shop --ci github --pre-commit > /dev/null
xgen generate --quiet
git add --all
git -c user.name=ci -c user.email=ci@localhost commit --quiet --message "first"
for file in "${files[@]}"; do expect 0 "$file" "on a clean repository"; done
test -z "$(git status --porcelain)" || { git status --short >&2; exit 1; }

sed -i 's/required string message = 1/required string greeting = 1/' shop.xproto
for file in "${files[@]}"; do
  expect 1 "$file" "after a change of the model"
  grep -q "shop/_generated/models.py" "$scratch/said" || { cat "$scratch/said" >&2; exit 1; }
done
git checkout --quiet .

echo "# by hand" >> shop/_generated/models.py
for file in "${files[@]}"; do
  expect 1 "$file" "after an edit of a machine's file"
  grep -q "shop/_generated/models.py" "$scratch/said" || { cat "$scratch/said" >&2; exit 1; }
done
grep -q "::error file=shop/_generated/models.py" <(xgen generate --check --format github) ||
  { echo "no annotation" >&2; exit 1; }
