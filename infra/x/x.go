package x
import (
 _ "github.com/getkin/kin-openapi/openapi3"
 _ "github.com/truora/minidyn/server"
 _ "github.com/go-jose/go-jose/v4/jwt"
 _ "github.com/magefile/mage/mg"
 _ "github.com/aws/aws-sdk-go-v2/service/dynamodb"
 _ "github.com/guregu/dynamo/v2"
 _ "golang.org/x/mod/modfile"
 _ "github.com/meridian-api/meridian/contract/x"
)
