package x

import (
	_ "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	_ "github.com/getkin/kin-openapi/openapi3"
	_ "github.com/go-jose/go-jose/v4/jwt"
	_ "github.com/guregu/dynamo/v2"
	_ "github.com/magefile/mage/mg"
	_ "github.com/meridian-api/meridian/contract/x"
	_ "github.com/truora/minidyn/server"
	_ "golang.org/x/mod/modfile"
)
