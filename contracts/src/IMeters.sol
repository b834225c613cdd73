// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Keys of the meters that sign, and what they signed for a session
/// @notice The signed records themselves (OCMF) stay with the operator, which gives them to the driver: on chain are the keys
/// that they verify with, and one hash for the records at the begin and the end of a session.
interface IMeters {
    enum Curve {
        None,
        Secp256r1,
        Secp256k1
    }

    /// @param publicKey 64 bytes: x and y
    event MeterKeyChanged(uint32 indexed chargePoint, Curve curve, bytes publicKey);
    /// @param entries see `record`
    event SessionsRecorded(uint8 indexed operator, bytes entries);

    /// @notice Neither is the key 64 bytes on a curve, nor empty without one
    error BadKey(Curve curve, uint256 length);
    /// @notice Only the owner account of the charge point's operator names its key
    error NotYours(uint32 chargePoint, uint8 owner, uint8 caller);
    /// @notice Only meter accounts of members record
    error NotAMeter(address account);
    /// @notice Not a whole number of entries of `unit` bytes, or more than `most` bytes
    error EntriesLength(uint256 length, uint256 unit, uint256 most);
    /// @notice Entries ascend by session
    error EntriesUnordered(uint32 session);

    /// @notice Names the key that a charge point's meter signs with from now on, by the operator's owner; no curve and no key:
    /// it does not sign any more.
    function setKey(uint32 chargePoint, Curve curve, bytes calldata publicKey) external;

    /// @notice Puts on record what meters signed, by an operator's meter account. Readers take the first entry of a session that
    /// comes from the operator of its charge point, after the session's end: the contract keeps nothing, which would
    /// cost ten times as much.
    /// @param entries 36 bytes each, at most 1,024, ascending by session: session u32, SHA-256 of the SHA-256 of its begin record
    /// and that of its end record
    function record(bytes calldata entries) external;

    function keyOf(uint32 chargePoint) external view returns (Curve curve, bytes memory publicKey);
}
