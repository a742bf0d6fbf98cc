variable "context" {
  description = "The bounded context to apply, such as accounts."
  type        = string
}

variable "phase" {
  description = "The phase of deploy:claims; by default what dist/strong.json has, where the roll-out writes it."
  type        = string
  default     = null
}

module "settings" {
  source = "../modules/settings"

  root        = "data"
  environment = var.environment
  repository  = var.repository
  context     = var.context
  phase       = var.phase
}

locals {
  provider_region = local.settings.home
}
