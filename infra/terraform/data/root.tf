variable "context" {
  description = "The bounded context to apply, such as accounts."
  type        = string
}

module "settings" {
  source = "../modules/settings"

  root        = "data"
  environment = var.environment
  repository  = var.repository
  context     = var.context
}

locals {
  provider_region = local.settings.home
}
