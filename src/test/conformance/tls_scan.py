"""Scans a server with sslyze and judges what it says. usage: tls_scan.py HOST:PORT

Findings have a grade; any above low fails. The certificate itself is not judged: here it is self-signed.
"""

import sys

from sslyze import (
    Scanner,
    ScanCommand,
    ServerNetworkLocation,
    ServerScanRequest,
    ServerScanStatusEnum,
)

COMMANDS = {
    ScanCommand.SSL_2_0_CIPHER_SUITES,
    ScanCommand.SSL_3_0_CIPHER_SUITES,
    ScanCommand.TLS_1_0_CIPHER_SUITES,
    ScanCommand.TLS_1_1_CIPHER_SUITES,
    ScanCommand.TLS_1_2_CIPHER_SUITES,
    ScanCommand.TLS_1_3_CIPHER_SUITES,
    ScanCommand.TLS_COMPRESSION,
    ScanCommand.TLS_1_3_EARLY_DATA,
    ScanCommand.TLS_FALLBACK_SCSV,
    ScanCommand.HEARTBLEED,
    ScanCommand.ROBOT,
    ScanCommand.OPENSSL_CCS_INJECTION,
    ScanCommand.SESSION_RENEGOTIATION,
    ScanCommand.SESSION_RESUMPTION,
    ScanCommand.ELLIPTIC_CURVES,
    ScanCommand.TLS_EXTENDED_MASTER_SECRET,
}

STRONG_CURVES = {"X25519", "X448", "secp256r1", "prime256v1", "secp384r1", "secp521r1"}  # two names of one
OLD = ["ssl_2_0", "ssl_3_0", "tls_1_0", "tls_1_1"]


def suites(found):
    return [each.cipher_suite.name for each in found.accepted_cipher_suites]


def judge(result):
    """Yields (grade, text); grade is one of ok, low, high."""
    for version in OLD:
        taken = suites(getattr(result, version + "_cipher_suites").result)
        yield ("high" if taken else "ok", f"{version}: {', '.join(taken) or 'refused'}")
    taken = suites(result.tls_1_2_cipher_suites.result)
    weak = [name for name in taken if "ECDHE" not in name or not ("GCM" in name or "POLY1305" in name)]
    yield ("high" if weak or not taken else "ok", f"tls_1_2: {', '.join(taken)}")
    taken = suites(result.tls_1_3_cipher_suites.result)
    yield ("ok" if taken else "high", f"tls_1_3: {', '.join(taken) or 'refused'}")

    yield verdict(not result.tls_compression.result.supports_compression, "no compression")
    yield verdict(not result.tls_1_3_early_data.result.supports_early_data, "no early data, which can be replayed")
    yield verdict(not result.heartbleed.result.is_vulnerable_to_heartbleed, "no Heartbleed")
    yield verdict(not result.openssl_ccs_injection.result.is_vulnerable_to_ccs_injection, "no CCS injection")
    robot = result.robot.result.robot_result.name
    yield verdict(robot.startswith("NOT_VULNERABLE"), f"no ROBOT ({robot})")
    renegotiation = result.session_renegotiation.result
    yield verdict(not renegotiation.is_vulnerable_to_client_renegotiation_dos, "no renegotiation by clients")
    yield verdict(renegotiation.supports_secure_renegotiation, "RFC 5746 is understood")
    fallback = result.tls_fallback_scsv.result.supports_fallback_scsv
    # With 1.2 as the oldest version there is nothing weak to fall back to.
    yield verdict(fallback, "TLS_FALLBACK_SCSV", "low")
    yield verdict(result.tls_extended_master_secret.result.supports_ems_extension, "extended master secret")
    resumption = result.session_resumption.result
    yield verdict(resumption.session_id_resumption_result.name != "NOT_SUPPORTED"
                  or resumption.tls_ticket_resumption_result.name != "NOT_SUPPORTED",
                  f"resumption (by id {resumption.session_id_resumption_result.name}, "
                  f"by ticket {resumption.tls_ticket_resumption_result.name})", "low")
    curves = [curve.name for curve in result.elliptic_curves.result.supported_curves]
    yield verdict(set(curves) <= STRONG_CURVES, f"curves: {', '.join(curves)}")


def verdict(good, text, grade="high"):
    return ("ok", text) if good else (grade, "not so: " + text)


def main(location):
    host, port = location.rsplit(":", 1)
    scanner = Scanner()
    scanner.queue_scans([ServerScanRequest(
        server_location=ServerNetworkLocation(hostname=host, ip_address="127.0.0.1", port=int(port)),
        scan_commands=COMMANDS)])
    bad = 0
    for server in scanner.get_results():
        if server.scan_status != ServerScanStatusEnum.COMPLETED:
            sys.exit(f"tls-scan: {location} was not scanned: {server.connectivity_error_trace}")
        for command in COMMANDS:
            attempt = getattr(server.scan_result, command.value)
            if attempt.result is None:
                sys.exit(f"tls-scan: {command.value} did not run: {attempt.error_reason} {attempt.error_trace}")
        for grade, text in judge(server.scan_result):
            print(f"  {grade:4}  {text}")
            bad += grade == "high"
    print(f"tls-scan: {bad} findings above low")
    return bad


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1]) else 0)
