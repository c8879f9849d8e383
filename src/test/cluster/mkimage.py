#!/usr/bin/env python3
"""Makes a container image as a docker-archive tar, without any registry or daemon.

mkimage.py OUT.tar NAME:TAG --layer DIR [--layer DIR ...] [--entrypoint JSON] [--env K=V] [--user U] [--workdir D]
Each --layer folder becomes one layer, rooted at /. Times and owners are fixed: the same folders give the same image.
"""
import argparse
import hashlib
import io
import json
import os
import tarfile

PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("name")
    parser.add_argument("--layer", action="append", default=[])
    parser.add_argument("--entrypoint", type=json.loads)
    parser.add_argument("--env", action="append", default=[])
    parser.add_argument("--user", default="")
    parser.add_argument("--workdir", default="/")
    return parser.parse_args()


def layer(folder):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for root, folders, files in os.walk(folder):
            folders.sort()
            for name in sorted(folders + files):
                path = os.path.join(root, name)
                info = tar.gettarinfo(path, os.path.relpath(path, folder))
                info.uid = info.gid = info.mtime = 0
                info.uname = info.gname = ""
                if info.isreg():
                    with open(path, "rb") as data:
                        tar.addfile(info, data)
                else:
                    tar.addfile(info)
    return buffer.getvalue()


def digest(data):
    return hashlib.sha256(data).hexdigest()


def config(args, layers):
    return json.dumps({
        "architecture": "amd64",
        "os": "linux",
        "created": "1970-01-01T00:00:00Z",
        "config": {"Env": [PATH] + args.env, "Entrypoint": args.entrypoint,
                   "User": args.user, "WorkingDir": args.workdir},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest(data) for data in layers]},
    }).encode()


def write(args):
    layers = [layer(folder) for folder in args.layer]
    files = {digest(data) + ".tar": data for data in layers}
    image = config(args, layers)
    files[digest(image) + ".json"] = image
    files["manifest.json"] = json.dumps([{
        "Config": digest(image) + ".json",
        "RepoTags": [args.name],
        "Layers": [digest(data) + ".tar" for data in layers],
    }]).encode()
    with tarfile.open(args.out + ".part", "w") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    os.replace(args.out + ".part", args.out)


write(arguments())
