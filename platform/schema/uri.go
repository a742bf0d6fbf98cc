package schema

import (
	"net/netip"
	"strings"
)

// isURI accepts a URI of RFC 3986, section 3, that has more than a scheme before its
// query and fragment. It does not accept addresses of future versions of IP.
func isURI(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || scheme == "" || !isLetter(scheme[0]) {
		return false
	}
	for i := range len(scheme) {
		if c := scheme[i]; !isAlphanumeric(c) && c != '+' && c != '-' && c != '.' {
			return false
		}
	}
	rest, fragment, _ := strings.Cut(rest, "#")
	path, query, _ := strings.Cut(rest, "?")
	if path == "" || !isPartOfURI(query, ":@/?") || !isPartOfURI(fragment, ":@/?") {
		return false
	}
	if authority, ok := strings.CutPrefix(path, "//"); ok {
		authority, path, _ = strings.Cut(authority, "/")
		if !isAuthority(authority) {
			return false
		}
	}
	return isPartOfURI(path, ":@/")
}

// isAuthority accepts a host, which may be empty, with an optional user and port.
func isAuthority(s string) bool {
	if user, host, ok := strings.Cut(s, "@"); ok {
		if !isPartOfURI(user, ":") {
			return false
		}
		s = host
	}
	host, port, hasPort := strings.Cut(s, ":")
	if literal, ok := strings.CutPrefix(s, "["); ok {
		address, after, closed := strings.Cut(literal, "]")
		ip, err := netip.ParseAddr(address)
		if !closed || err != nil || !ip.Is6() || ip.Zone() != "" {
			return false
		}
		host, port, hasPort = strings.Cut(after, ":")
		if host != "" {
			return false
		}
	}
	return isPartOfURI(host, "") && (!hasPort || digits(port) == len(port))
}

// isPartOfURI reports whether a text has unreserved characters, sub-delimiters and
// percent-encoded bytes only, or others.
func isPartOfURI(s, others string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isAlphanumeric(c), strings.IndexByte("-._~!$&'()*+,;=", c) >= 0, strings.IndexByte(others, c) >= 0:
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			i += 2
		default:
			return false
		}
	}
	return true
}
