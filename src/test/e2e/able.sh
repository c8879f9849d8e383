#!/usr/bin/env bash
# able.sh: whether this machine can hold the cluster of `make e2e`: says so, or in one line why not.
# It looks and tries (namespaces, mounts, a bridge, a cgroup), and leaves nothing behind.
# Exits 0 when it can, 1 when it never will (another system, no rights), 2 when it could if what is missing were there.
set -u
no() { echo "no: $*"; exit 1; }
lacks() { echo "no: $*"; exit 2; }

[ "$(uname -s)" = Linux ] || no "it is no Linux"
[ "$(uname -m)" = x86_64 ] || no "the images are made for x86_64, this is $(uname -m)"
[ "$(id -u)" -eq 0 ] || no "not root"
command -v python3 >/dev/null || lacks "no python3"
command -v unshare >/dev/null && command -v nsenter >/dev/null || lacks "no unshare and nsenter (Debian: util-linux)"
here=$(cd "$(dirname "$0")" && pwd)
for program in containerd runc iptables ip socat redis-server curl openssl jq lua5.1; do
  command -v "$program" >/dev/null || [ -x "/usr/sbin/$program" ] || command -v apt-get >/dev/null ||
    lacks "no $program, and no apt-get to install it"
done
built=$("$here/../cluster/build.sh" --where)
room=4000
for program in hyperkube coredns pause helm certmanager; do
  [ -x "$built/$program" ] && continue
  command -v go >/dev/null || lacks "$program is not built yet, and there is no Go 1.25 to build it"
  room=10000 # with Go's modules and what it compiles
done

memory=$(awk '$1 == "MemAvailable:" { print int($2 / 1024) }' /proc/meminfo)
for file in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
  limit=$(cat "$file" 2>/dev/null) && [ "$limit" != max ] && [ "$((limit / 1048576))" -lt "$memory" ] && memory=$((limit / 1048576))
done
[ "$memory" -ge 4000 ] || no "$memory MiB of memory, 4000 are needed"
disk=$(df -Pm "$here" | awk 'NR == 2 { print $4 }')
[ "$disk" -ge "$room" ] || lacks "$disk MiB of disk, $room are needed"

# What the kubelet reads the kernel's messages from, to see who ran out of memory
[ -r /dev/kmsg ] || no "/dev/kmsg cannot be read"
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
  groups=/sys/fs/cgroup
  for controller in cpu memory pids; do
    grep -qw "$controller" $groups/cgroup.controllers || no "no cgroup controller $controller"
  done
else
  groups=/sys/fs/cgroup/memory
  for controller in cpu memory pids cpuset; do
    [ -d "/sys/fs/cgroup/$controller" ] || no "no cgroup controller $controller"
  done
fi
mkdir "$groups/able.$$" 2>/dev/null || no "cgroups cannot be made in $groups"
rmdir "$groups/able.$$"

# On the file system of the cluster's state
mkdir -p "$here/../../../target"
trial=$(mktemp -d -p "$here/../../../target")
trap 'rm -rf "$trial"' EXIT
mkdir -p "$trial"/{low,up,work,both}
why=$(unshare --net --mount --pid --fork --mount-proc bash -c '
  cd "$1" && export PATH=$PATH:/usr/sbin:/sbin
  mount --make-rshared / 2>/dev/null || { echo "mounts cannot be changed"; exit 1; }
  mount -t tmpfs tmpfs low 2>/dev/null || { echo "a tmpfs cannot be mounted"; exit 1; }
  mount -t overlay overlay -o "lowerdir=low,upperdir=up,workdir=work" both 2>/dev/null ||
    { echo "an overlay cannot be mounted on the file system of $1"; exit 1; }
  if command -v ip >/dev/null; then
    ip link add able0 type veth peer name able1 2>/dev/null || { echo "a veth pair cannot be made"; exit 1; }
    ip link add able2 type bridge 2>/dev/null || { echo "a bridge cannot be made"; exit 1; }
    sysctl -qw net.ipv4.ip_forward=1 2>/dev/null || { echo "net.ipv4.ip_forward cannot be set"; exit 1; }
  fi
  if command -v iptables >/dev/null; then
    iptables -t nat -A OUTPUT -p tcp -m comment --comment able -m conntrack --ctstate NEW -j MARK --set-mark 1 2>/dev/null ||
      iptables -t nat -A OUTPUT -p tcp -j RETURN 2>/dev/null || { echo "iptables has no table nat"; exit 1; }
  fi' able "$trial" 2>/dev/null) || no "${why:-no network, mount and process namespaces of its own}"
echo "yes: $memory MiB of memory, $disk MiB of disk, $(nproc) cores"
