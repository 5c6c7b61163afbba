"""Keys wrapped by AES-GCM, and a key management service in memory that does nothing else."""

import base64
import ctypes
import ctypes.util
import json
import os

import pyarrow.parquet.encryption as encryption

_crypto = ctypes.CDLL(ctypes.util.find_library("crypto") or "libcrypto.so.3")
for _name in ("EVP_CIPHER_CTX_new", "EVP_aes_128_gcm", "EVP_aes_192_gcm", "EVP_aes_256_gcm"):
    getattr(_crypto, _name).restype = ctypes.c_void_p
SET_TAG, GET_TAG = 0x11, 0x10


def _gcm(key, nonce, text, data, encrypts, tag=None):
    context = ctypes.c_void_p(_crypto.EVP_CIPHER_CTX_new())
    cipher = getattr(_crypto, f"EVP_aes_{8 * len(key)}_gcm")()
    count = ctypes.c_int()
    out = ctypes.create_string_buffer(len(text) + 16)
    try:
        assert _crypto.EVP_CipherInit_ex(
            context, ctypes.c_void_p(cipher), None, key, nonce, int(encrypts)) == 1
        if tag is not None:
            assert _crypto.EVP_CIPHER_CTX_ctrl(context, SET_TAG, 16, tag) == 1
        _crypto.EVP_CipherUpdate(context, None, ctypes.byref(count), data, len(data))
        _crypto.EVP_CipherUpdate(context, out, ctypes.byref(count), text, len(text))
        rest = ctypes.create_string_buffer(16)
        if _crypto.EVP_CipherFinal_ex(context, rest, ctypes.byref(count)) != 1:
            raise ValueError("the tag does not fit")
        found = ctypes.create_string_buffer(16)
        if encrypts:
            assert _crypto.EVP_CIPHER_CTX_ctrl(context, GET_TAG, 16, found) == 1
        return out.raw[:len(text)], found.raw
    finally:
        _crypto.EVP_CIPHER_CTX_free(context)


def wrap(key, master, data):
    nonce = os.urandom(12)
    text, tag = _gcm(master, nonce, key, data, True)
    return base64.b64encode(nonce + text + tag).decode()


def unwrap(wrapped, master, data):
    sealed = base64.b64decode(wrapped)
    return _gcm(master, sealed[:12], sealed[12:-16], data, False, sealed[-16:])[0]


class Service(encryption.KmsClient):
    """Wraps by the master keys it is given, with their names as additional data."""

    def __init__(self, masters):
        super().__init__()
        self.masters = masters

    def wrap_key(self, key, name):
        return wrap(key, self.masters[name], name.encode())

    def unwrap_key(self, wrapped, name):
        if isinstance(wrapped, bytes):
            wrapped = wrapped.decode()
        return unwrap(wrapped, self.masters[name], name.encode())


def material(key, name, masters, is_footer):
    """The key metadata that says how `key` is unwrapped."""
    members = {
        "keyMaterialType": "PKMT1", "internalStorage": True, "isFooterKey": is_footer,
        "masterKeyID": name, "doubleWrapping": False,
        "wrappedDEK": wrap(key, masters[name], name.encode())}
    if is_footer:
        members |= {"kmsInstanceID": "DEFAULT", "kmsInstanceURL": "DEFAULT"}
    return json.dumps(members, separators=(",", ":"))


def factory(masters):
    """A factory of properties, and the configuration it wants."""
    return encryption.CryptoFactory(lambda _: Service(masters)), encryption.KmsConnectionConfig()
