package lambdaenv_test

import (
	"fmt"

	"github.com/meridian-api/meridian/platform/lambdaenv"
)

// A Lambda calls lambdaenv.Must(os.Getenv) and passes the result to every client:
// sqs.NewFromConfig(env.AWS("SQS")).
func ExampleRead() {
	variables := map[string]string{
		"AWS_REGION": "us-west-2", "ENVIRONMENT": "prod", "AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:4566",
	}
	env, err := lambdaenv.Read(func(name string) string { return variables[name] })
	sqs, others := env.AWS("SQS"), env.AWS("SNS")
	fmt.Println(env.Environment, sqs.Region, *sqs.BaseEndpoint, others.BaseEndpoint == nil, err)

	variables["AWS_MAX_ATTEMPTS"], variables["AWS_REGION"] = "many", ""
	_, err = lambdaenv.Read(func(name string) string { return variables[name] })
	fmt.Println(err)
	// Output:
	// prod us-west-2 http://127.0.0.1:4566 true <nil>
	// environment variables are not set: AWS_REGION
	// AWS_MAX_ATTEMPTS: "many" is not a whole number of 1 or more
}
