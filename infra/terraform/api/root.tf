variable "region" {
  description = "The Region to apply, one of the environment's."
  type        = string
}

variable "document" {
  description = "The deployable document; by default the repository's dist/deployable.json."
  type        = string
  default     = null
}

variable "drained" {
  description = "Whether DNS leaves the Region out; by default whether dist/drained.json lists it, where a roll-out writes the drains that are recorded with the states."
  type        = bool
  default     = null
}

module "settings" {
  source = "../modules/settings"

  root        = "api"
  environment = var.environment
  repository  = var.repository
  region      = var.region
}

locals {
  drains  = "${var.repository}/dist/drained.json"
  drained = coalesce(var.drained, contains(fileexists(local.drains) ? jsondecode(file(local.drains)) : [], var.region))

  # The provider uses the Region that is applied, so that changes in one Region do
  # not wait for the recovery of another. The precondition in base.tf reports an
  # unknown Region with a better message than the provider's.
  provider_region = contains(local.settings.regions, var.region) ? var.region : local.settings.home
}
