terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }

  # Bucket, key and Region are given to init: one key per environment, root,
  # context and Region (see the README). Nothing is said of encryption: that is
  # the bucket's, with a KMS key, and would here be replaced by S3's own key.
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

variable "region" {
  description = "The Region to apply, one of the environment's."
  type        = string
}

variable "document" {
  description = "The deployable document; by default the repository's dist/deployable.json."
  type        = string
  default     = null
}

module "settings" {
  source = "../modules/settings"

  root        = "api"
  environment = var.environment
  repository  = var.repository
  region      = var.region
}

# The provider talks to the Region that is applied, so that one Region's changes
# do not wait for another's recovery. An unknown Region is left to the
# precondition below, whose message says more than the provider's.
provider "aws" {
  region              = contains(local.settings.regions, var.region) ? var.region : local.settings.home
  allowed_account_ids = [local.settings.account]

  default_tags {
    tags = module.settings.tags
  }
}

# Everything below asks for the account, so nothing of it is planned before the
# settings are right.
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
