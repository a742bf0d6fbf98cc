// Command rotate-secret is the Lambda that Secrets Manager calls to rotate secrets.
package main

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/rotation"
)

func main() {
	client := secretsmanager.NewFromConfig(lambdaenv.Must(os.Getenv).AWS("SECRETS_MANAGER"))
	lambda.Start(rotation.Handler(client))
}
