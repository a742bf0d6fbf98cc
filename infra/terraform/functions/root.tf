variable "context" {
  description = "The bounded context to apply, such as accounts."
  type        = string
}

variable "region" {
  description = "The Region to apply, one of the environment's."
  type        = string
}

variable "artifacts" {
  description = "Folder of the built functions, with CONTEXT/FUNCTION.zip in it; by default the repository's dist/functions/linux-arm64."
  type        = string
  default     = null
}

variable "phase" {
  description = "The phase of deploy:claims; by default what dist/strong.json has, where the roll-out writes it."
  type        = string
  default     = null
}

module "settings" {
  source = "../modules/settings"

  root        = "functions"
  environment = var.environment
  repository  = var.repository
  context     = var.context
  phase       = var.phase
  region      = var.region
}

locals {
  # The provider uses the Region that is applied, so that changes in one Region do
  # not wait for the recovery of another. The precondition in base.tf reports an
  # unknown Region with a better message than the provider's.
  provider_region = contains(local.settings.regions, var.region) ? var.region : local.settings.home
}
