terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

variable "name" {
  description = "The bucket's name, unique among all of AWS's customers."
  type        = string
}

variable "region" {
  description = "The bucket's Region."
  type        = string
}

variable "kms_key_arn" {
  description = "The key that encrypts objects, or null for S3's own key."
  type        = string
  default     = null
}

variable "keep_days" {
  description = "Days for which a replaced or deleted object can be restored."
  type        = number
}

variable "force_destroy" {
  description = "Whether the bucket can be destroyed with objects in it."
  type        = bool
  default     = false
}

variable "statements" {
  description = "Further statements of the bucket's policy, which refuses plain HTTP and old TLS; they name the bucket by its ARN."
  type        = any
  default     = []
}
