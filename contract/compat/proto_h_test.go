package compat
import "net/url"
func mustURL(s string) *url.URL { return &url.URL{Path: s} }
