"""The chromadb HttpClient through the gateway: collections, batches, nearest neighbours.

The prefix goes into the host, as a whole URL; the key travels as `X-API-Key`.
"""

import random
import uuid

import chromadb
import common
from chromadb.config import Settings

args = common.options(__doc__)
NAME = "penstock-check-" + uuid.uuid4().hex[:8]
state = {}


def connect():
    verify = False if args.insecure else (args.ca or True)
    client = chromadb.HttpClient(
        host=args.vectors_url,
        ssl=args.vectors_url.startswith("https"),
        headers={"X-API-Key": args.key},
        settings=Settings(
            anonymized_telemetry=False,
            chroma_server_ssl_verify=verify if args.vectors_url.startswith("https") else None,
        ),
    )
    state["client"] = client
    assert client.heartbeat() > 0
    return f"server version {client.get_version()}"


def create():
    client = state["client"]
    state["collection"] = client.create_collection(NAME, embedding_function=None)
    again = client.get_or_create_collection(NAME, embedding_function=None)
    assert again.id == state["collection"].id
    assert NAME in [collection.name for collection in client.list_collections()]
    return f"collection {NAME}"


def create_twice_is_refused():
    try:
        state["client"].create_collection(NAME, embedding_function=None)
    except Exception as error:
        assert "already exists" in str(error), error
        return f"{type(error).__name__}: {error}"
    raise AssertionError("created twice")


def add_and_query():
    collection = state["collection"]
    collection.add(
        ids=["north", "east", "north-east"],
        embeddings=[[0, 1], [1, 0], [0.7, 0.7]],
        documents=["up", "right", "between"],
        metadatas=[{"axis": 1}, {"axis": 1}, {"axis": 2}],
    )
    assert collection.count() == 3
    found = collection.query(query_embeddings=[[0.1, 0.9], [0.9, 0.8]], n_results=2)
    assert found["ids"] == [["north", "north-east"], ["north-east", "east"]], found["ids"]
    assert found["documents"][0][0] == "up"
    assert abs(found["distances"][0][0] - 0.02) < 1e-5, found["distances"]
    return f"nearest {found['ids']}"


def query_with_filters():
    found = state["collection"].query(
        query_embeddings=[[1, 1]],
        where={"$and": [{"axis": 1}, {"axis": {"$lt": 2}}]},
        where_document={"$contains": "right"},
    )
    assert found["ids"] == [["east"]], found["ids"]
    return "where, where_document"


def upsert_get_and_delete():
    collection = state["collection"]
    collection.upsert(ids=["north"], embeddings=[[0, 2]], documents=["further up"])
    got = collection.get(ids=["north"], include=["documents", "embeddings"])
    assert got["documents"] == ["further up"] and list(got["embeddings"][0]) == [0, 2], got
    collection.delete(ids=["north"])
    assert collection.count() == 2
    return "2 left"


def batch_of_1000():
    """Some 4 MB of vectors in one request, and 8 MB of JSON back."""
    numbers = random.Random(7)
    vectors = [[numbers.random() for _ in range(768)] for _ in range(1000)]
    client = state["client"]
    collection = client.create_collection(NAME + "-batch", embedding_function=None)
    collection.add(ids=[str(i) for i in range(1000)], embeddings=vectors)
    found = collection.query(query_embeddings=[vectors[123]], n_results=1)
    assert found["ids"] == [["123"]], found["ids"]
    everything = collection.get(include=["embeddings"])
    client.delete_collection(NAME + "-batch")
    assert len(everything["embeddings"]) == 1000
    return "1000 vectors of 768 in one request"


def delete_collection():
    state["client"].delete_collection(NAME)
    assert NAME not in [collection.name for collection in state["client"].list_collections()]
    return "gone"


def wrong_key():
    if args.limited_url == "-":
        raise common.Skip("no gateway here")
    state["good"], args.key = args.key, "wrong"
    try:
        connect()
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:80]}"
    finally:
        args.key = state["good"]
    raise AssertionError("a wrong key was accepted")


if __name__ == "__main__":
    common.run(
        [
            connect,
            create,
            create_twice_is_refused,
            add_and_query,
            query_with_filters,
            upsert_get_and_delete,
            batch_of_1000,
            delete_collection,
            wrong_key,
        ]
    )
