import * as chain from 'subnetkit/chain'
import { GpuDevice, OnnxModel } from 'subnetkit/compute'
import { KeyPair } from 'subnetkit/crypto'
import { EpochPool, EpochSession, GpuYumaConsensus } from 'subnetkit/engine'
import { InvalidArgumentError } from 'subnetkit/errors'
import { Monitor, MonitorServer } from 'subnetkit/monitor'
import { LocalNetwork, NetworkChain, ProcessNetwork } from 'subnetkit/network'
import { Router } from 'subnetkit/router'
import { JsArtefact, OnnxArtefact } from 'subnetkit/sandbox'
import { Simulation } from 'subnetkit/simulation'
import { describe, expect, test } from 'vitest'

describe('a class that is made by another door', () => {
  test.each<[string, unknown, string]>([
    ['LocalChain', chain.LocalChain, 'LocalChain.start'],
    ['RemoteChain', chain.RemoteChain, 'RemoteChain.connect'],
    ['ChainNode', chain.ChainNode, 'ChainNode.start'],
    ['KeyPair', KeyPair, 'keyPairFromUri'],
    ['OnnxModel', OnnxModel, 'OnnxModel.load'],
    ['GpuDevice', GpuDevice, 'GpuDevice.open'],
    ['EpochSession', EpochSession, 'session() of a YumaConsensus'],
    ['EpochPool', EpochPool, 'EpochPool.start'],
    ['Monitor', Monitor, 'Monitor.create'],
    ['MonitorServer', MonitorServer, 'MonitorServer.start'],
    ['GpuYumaConsensus', GpuYumaConsensus, 'GpuYumaConsensus.create'],
    ['LocalNetwork', LocalNetwork, 'LocalNetwork.start'],
    ['ProcessNetwork', ProcessNetwork, 'ProcessNetwork.start'],
    ['Simulation', Simulation, 'Simulation.start'],
    ['Router', Router, 'Router.start'],
    ['JsArtefact', JsArtefact, 'JsArtefact.load'],
    ['OnnxArtefact', OnnxArtefact, 'OnnxArtefact.load'],
    ['NetworkChain', NetworkChain, 'chain of a LocalNetwork'],
  ])('%s names that door to plain JavaScript that calls new', (name, made, door) => {
    const make = made as new (...args: unknown[]) => unknown
    for (const args of [[], [{}], ['ws://127.0.0.1:9944'], [null, null]]) {
      let thrown: unknown
      try {
        new make(...args)
      } catch (error) {
        thrown = error
      }
      expect(thrown).toBeInstanceOf(InvalidArgumentError)
      expect(thrown).toMatchObject({ field: `new ${name}`, message: expect.stringContaining(door) })
    }
  })
})
