package x
import (
 _ "github.com/getkin/kin-openapi/openapi3gen"
 _ "golang.org/x/tools/go/packages"
 _ "golang.org/x/mod/modfile"
 _ "github.com/meridian-api/meridian/platform/x"
)
