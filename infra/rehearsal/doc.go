// Package rehearsal builds and installs a stand-in for Terraform's AWS provider,
// so that a whole deployment can be planned, applied and destroyed without an AWS
// account or a network.
//
// The stand-in (package provider, command infra/cmd/terraform-provider-aws) has the
// argument schema of hashicorp/aws 6.25.0 and makes up everything that AWS would
// return. README.md says what it checks and what it cannot know.
package rehearsal
