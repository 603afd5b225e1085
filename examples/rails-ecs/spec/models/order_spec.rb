require "rails_helper"

RSpec.describe Order do
  it "needs a number" do
    expect(described_class.new(total_cents: 100)).not_to be_valid
  end
end
