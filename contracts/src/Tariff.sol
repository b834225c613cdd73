// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What one kWh costs, now and from a timestep on
/// @notice In one word. A change is announced at least two timesteps ahead, so that what a driver is shown stays for a whole
/// timestep, and a request never costs more than what was published when its timestep began.
/// @param perKWhE4 ten-thousandths of a euro for one kWh, without VAT
/// @param vatE4 ten-thousandths of the price: 2,100 are 21 %
/// @param nextPerKWhE4, nextVatE4 count from `nextFromTimestep` on; 0 in `nextFromTimestep` when no change was ever announced
struct Tariff {
    uint32 perKWhE4;
    uint16 vatE4;
    uint32 nextPerKWhE4;
    uint16 nextVatE4;
    uint32 nextFromTimestep;
}

using TariffLibrary for Tariff global;

/// @title Tariffs with validity: documented at `Tariff`
library TariffLibrary {
    uint32 internal constant MOST_PER_KWH_E4 = 1_000_000;
    uint16 internal constant MOST_VAT_E4 = 5_000;
    uint32 internal constant TIMESTEPS_AHEAD = 2;
    /// Readers keep one change for each tariff: it must come before long.
    uint32 internal constant MOST_TIMESTEPS_AHEAD = 672;

    /// @notice Above 100 euros for a kWh
    error PriceOutOfRange(uint32 perKWhE4, uint32 most);
    /// @notice Above 50 %
    error VatOutOfRange(uint16 vatE4, uint16 most);
    /// @notice A change counts from a timestep on that drivers can see coming, and within a week of quarter-hours
    error ChangeOutOfTime(uint32 fromTimestep, uint32 earliest, uint32 latest);

    /// @return the price and the VAT in force in a timestep, of now or later
    function inForce(Tariff memory t, uint32 timestep) internal pure returns (uint32, uint16) {
        bool changed = t.nextFromTimestep != 0 && t.nextFromTimestep <= timestep;
        return changed ? (t.nextPerKWhE4, t.nextVatE4) : (t.perKWhE4, t.vatE4);
    }

    /// @notice Announces a change in place of one that was announced and has not come.
    function withChange(Tariff memory t, uint32 perKWhE4, uint16 vatE4, uint32 fromTimestep, uint32 current)
        internal
        pure
        returns (Tariff memory)
    {
        requireValid(perKWhE4, vatE4);
        (uint32 earliest, uint32 latest) = (current + TIMESTEPS_AHEAD, current + MOST_TIMESTEPS_AHEAD);
        if (fromTimestep < earliest || fromTimestep > latest) revert ChangeOutOfTime(fromTimestep, earliest, latest);
        (uint32 nowPerKWhE4, uint16 nowVatE4) = inForce(t, current);
        return Tariff(nowPerKWhE4, nowVatE4, perKWhE4, vatE4, fromTimestep);
    }

    /// @notice Refuses prices above 100 euros for a kWh, and VAT above 50 %.
    function requireValid(uint32 perKWhE4, uint16 vatE4) internal pure {
        if (perKWhE4 > MOST_PER_KWH_E4) revert PriceOutOfRange(perKWhE4, MOST_PER_KWH_E4);
        if (vatE4 > MOST_VAT_E4) revert VatOutOfRange(vatE4, MOST_VAT_E4);
    }
}
