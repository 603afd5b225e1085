"""ECR: repositories with images, each with its tags; tags are immutable unless the repository says otherwise."""

import hashlib

import world as shared
from errors import AwsError

MEDIA_TYPE = "application/vnd.docker.distribution.manifest.v2+json"


def get_login_password(world, params):
    return "a-password"


def repository(world, name):
    try:
        return world["repositories"][name]
    except KeyError:
        raise AwsError("RepositoryNotFoundException", f"The repository with name '{name}' does not exist")


def find(world, params):
    (wanted,) = params["imageIds"]
    for image in repository(world, params["repositoryName"])["images"]:
        if wanted.get("imageTag") in image["tags"] or wanted.get("imageDigest") == image["digest"]:
            return image
    return None


def add(world, name, manifest, tag):
    """What a push does. Returns the digest."""
    kept = repository(world, name)
    digest = "sha256:" + hashlib.sha256(manifest.encode()).hexdigest()
    for image in kept["images"]:
        if tag in image["tags"] and image["digest"] != digest:
            if kept.get("immutable", True):
                raise AwsError("ImageTagAlreadyExistsException", f"The image tag '{tag}' already exists")
            image["tags"].remove(tag)
    for image in kept["images"]:
        if image["digest"] == digest:
            if tag in image["tags"]:
                raise AwsError("ImageAlreadyExistsException", "The image and its tag exist already")
            image["tags"].append(tag)
            break
    else:
        kept["images"].append({"digest": digest, "tags": [tag], "manifest": manifest})
    shared.save(world)
    return digest


def describe_images(world, params):
    if "imageIds" not in params:
        if params["filter"] != {"tagStatus": "TAGGED"}:
            shared.refuse("a filter that the fake does not know")
        tagged = [image for image in repository(world, params["repositoryName"])["images"] if image["tags"]]
        # Of what was pushed, the latest stands last; the real answer is in no order.
        return {"imageDetails": [
            {"imageDigest": image["digest"], "imageTags": image["tags"],
             "imagePushedAt": image.get("pushed_at", f"2026-11-01T00:00:{place:02}+00:00")}
            for place, image in enumerate(tagged)][::-1]}
    image = find(world, params)
    if image is None:
        raise AwsError("ImageNotFoundException", "The image with imageId does not exist within the repository")
    return {"imageDetails": [{"imageDigest": image["digest"], "imageTags": image["tags"]}]}


def batch_get_image(world, params):
    image = find(world, params)
    if image is None:
        return {"images": [], "failures": [{"imageId": params["imageIds"][0], "failureCode": "ImageNotFound"}]}
    return {"failures": [], "images": [{
        "repositoryName": params["repositoryName"],
        "imageId": {"imageDigest": image["digest"]},
        "imageManifest": image["manifest"],
        "imageManifestMediaType": MEDIA_TYPE,
    }]}


def describe_pull_through_cache_rules(world, params):
    return {"pullThroughCacheRules": [
        {"ecrRepositoryPrefix": prefix, "registryId": params["registryId"], "upstreamRegistryUrl": "registry-1.docker.io"}
        for prefix in world.get("pull_through_caches", [])]}


def put_image(world, params):
    digest = "sha256:" + hashlib.sha256(params["imageManifest"].encode()).hexdigest()
    if params["imageDigest"] != digest:
        raise AwsError("ImageDigestDoesNotMatchException", "The digest is not the manifest's")
    if params["imageManifestMediaType"] != MEDIA_TYPE:
        raise AwsError("InvalidParameterException", "The media type is not the manifest's")
    add(world, params["repositoryName"], params["imageManifest"], params["imageTag"])
    return {"image": {"imageId": {"imageDigest": digest, "imageTag": params["imageTag"]}}}
