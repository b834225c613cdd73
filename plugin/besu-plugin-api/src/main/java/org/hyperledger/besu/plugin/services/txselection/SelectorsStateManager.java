package org.hyperledger.besu.plugin.services.txselection;

/** Keeps what selectors know while transactions are tried and taken back. */
public class SelectorsStateManager {}
