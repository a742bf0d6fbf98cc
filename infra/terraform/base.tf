# What every root begins with. The file is here once, and each root has a symbolic
# link to it: Terraform reads the backend and the provider's version from a root's
# own folder only, and a precondition that tests expect to fail must be the root's.
# Generated copies would be six files to review; a module cannot have either.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # Exact, in the place of lock files: those need the hashes of the registry's
      # packages for every platform, and are not committed before they can be had.
      version = "6.25.0"
    }
  }

  # Bucket, key and Region are arguments of init: one key per environment, root,
  # context and Region (see the README). Encryption is not set here, because S3's
  # own key would then replace the bucket's KMS key.
  backend "s3" {
    use_lockfile = true
  }
}

variable "environment" {
  description = "The environment's name: a file of infra/environments, or a developer's own name."
  type        = string
}

variable "repository" {
  description = "Path of the repository's root, relative to this folder so that it is the same on every machine."
  type        = string
  default     = "../../.."
}

provider "aws" {
  region              = local.provider_region
  allowed_account_ids = [local.settings.account]

  default_tags {
    tags = module.settings.tags
  }
}

# All other objects depend on the account, so Terraform plans nothing else while the
# settings have problems.
data "aws_caller_identity" "current" {
  lifecycle {
    precondition {
      condition     = length(module.settings.problems) == 0
      error_message = join("\n", module.settings.problems)
    }
  }
}

data "aws_partition" "current" {}

locals {
  settings  = module.settings.settings
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
}
