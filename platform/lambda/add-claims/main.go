// Command add-claims is the Lambda that the user pool calls before it issues tokens.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/meridian-api/meridian/platform/tokenclaims"
)

func main() { lambda.Start(tokenclaims.Handle) }
