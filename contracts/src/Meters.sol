// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssetRegistry} from "./IAssetRegistry.sol";
import {IConsortium} from "./IConsortium.sol";
import {IMeters} from "./IMeters.sol";

/// @title Keys of the meters that sign; documented in IMeters
contract Meters is IMeters {
    uint256 private constant KEY_BYTES = 64;
    uint256 private constant ENTRY_BYTES = 36;
    uint256 private constant MOST_ENTRIES = 1_024;

    struct Key {
        Curve curve;
        bytes publicKey;
    }

    IConsortium private immutable CONSORTIUM;
    IAssetRegistry private immutable ASSETS;

    mapping(uint32 chargePoint => Key) private _keys;

    constructor(IConsortium consortium, IAssetRegistry assets) {
        CONSORTIUM = consortium;
        ASSETS = assets;
    }

    /// @inheritdoc IMeters
    function setKey(uint32 chargePoint, Curve curve, bytes calldata publicKey) external {
        (uint8 operator, IConsortium.Role role) = CONSORTIUM.roleOf(msg.sender);
        uint8 owner = ASSETS.operatorOf(chargePoint);
        if (role != IConsortium.Role.Owner || owner != operator) revert NotYours(chargePoint, owner, operator);
        if (publicKey.length != (curve == Curve.None ? 0 : KEY_BYTES)) revert BadKey(curve, publicKey.length);
        _keys[chargePoint] = Key(curve, publicKey);
        emit MeterKeyChanged(chargePoint, curve, publicKey);
    }

    /// @inheritdoc IMeters
    function record(bytes calldata entries) external {
        (uint8 operator, IConsortium.Role role) = CONSORTIUM.roleOf(msg.sender);
        if (role != IConsortium.Role.Meter) revert NotAMeter(msg.sender);
        if (entries.length % ENTRY_BYTES != 0 || entries.length > MOST_ENTRIES * ENTRY_BYTES) {
            revert EntriesLength(entries.length, ENTRY_BYTES, MOST_ENTRIES * ENTRY_BYTES);
        }
        uint32 last;
        for (uint256 offset = 0; offset < entries.length; offset += ENTRY_BYTES) {
            uint32 session = uint32(bytes4(entries[offset:offset + 4]));
            if (session <= last) revert EntriesUnordered(session);
            last = session;
        }
        emit SessionsRecorded(operator, entries);
    }

    /// @inheritdoc IMeters
    function keyOf(uint32 chargePoint) external view returns (Curve curve, bytes memory publicKey) {
        Key memory key = _keys[chargePoint];
        return (key.curve, key.publicKey);
    }
}
