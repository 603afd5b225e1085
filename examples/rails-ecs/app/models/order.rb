class Order < ApplicationRecord
  validates :number, presence: true, uniqueness: true
end
