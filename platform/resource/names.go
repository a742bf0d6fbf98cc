package resource

// The functions below return the names by which AWS knows an environment's
// resources. They are the only Go code that knows the names' form: the stores,
// the deployable document, the embedded cloud and the checks of Terraform's plans
// call them. infra/terraform/modules/settings/names.tf has the same forms in HCL.

// TableName returns the name of a DynamoDB table in an environment, such as
// "prod-accounts". It is the same in every Region, as global tables require.
func TableName(environment, table string) string { return environment + "-" + table }

// OrdinarySuffix is the end of the name of a table that is declared as strongly consistent,
// in an environment of one Region, where it is an ordinary table.
const OrdinarySuffix = "-ordinary"

// SecretName returns the name of a Secrets Manager secret in an environment, such
// as "prod/cursor-key". It is the same in every Region, as replicas require.
func SecretName(environment, secret string) string { return environment + "/" + secret }

// FunctionName returns the name of a Lambda function in an environment, such as
// "prod-accounts-get-account". Its service is a bounded context, or a module whose
// functions serve the deployment itself.
func FunctionName(environment, service, function string) string {
	return environment + "-" + service + "-" + function
}

// StageName is the name of the API's stage in every environment and Region.
const StageName = "v1"

// StateBucketName returns the name of the S3 bucket with the Terraform states of a system
// in an AWS account, such as "meridian-state-111122223333".
func StateBucketName(system, account string) string { return system + "-state-" + account }
