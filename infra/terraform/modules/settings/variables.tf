variable "environment" {
  description = "The environment's name: a file of infra/environments, or a developer's own name."
  type        = string
}

variable "repository" {
  description = "Path of the repository's root."
  type        = string
}

variable "root" {
  description = "The root module that uses this one, for a tag."
  type        = string
}

variable "context" {
  description = "The bounded context that the root is applied for, or null when it is for all."
  type        = string
  default     = null
}

variable "region" {
  description = "The Region that the root is applied for, or null when it is for all."
  type        = string
  default     = null
}

variable "phase" {
  description = "The phase of deploy:claims; by default what dist/strong.json has, where the roll-out writes it."
  type        = string
  default     = null
}
